import base64
import json

import pytest
from errors import InvalidMessageError
from hypothesis import given
from hypothesis import strategies as st
from message import (
    MAX_METADATA_BYTES,
    META_FIELDS,
    archive_key,
    decode_payload,
    parse_document,
    validate_message,
)
from proxy_request import body_text


def read(document):
    return validate_message(parse_document(json.dumps(document)))


def refused(document):
    with pytest.raises(InvalidMessageError) as raised:
        decode_payload(read(document))
    return raised.value


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["messageMetaData", "messagePayload", *META_FIELDS]) | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def message_or_refusal(text):
    """Return the message and its payload; an error has to name a field and a problem."""
    try:
        message = validate_message(parse_document(text))
        return message, decode_payload(message)
    except InvalidMessageError as error:
        refusal = error
    assert refusal.field
    assert refusal.problem
    assert f"{refusal.field}{refusal.problem}".isascii()
    return None


@given(JSON_VALUES)
def test_any_json_value_is_a_message_or_a_refusal_that_names_the_field(value):
    message_or_refusal(json.dumps(value))


@given(st.text())
def test_any_text_is_a_message_or_a_refusal_that_names_the_field(text):
    message_or_refusal(text)


@given(
    st.sampled_from(["messagePayload", *META_FIELDS]),
    JSON_VALUES,
    st.booleans(),
)
def test_any_value_in_a_field_is_kept_as_sent_or_refused_by_name(make_message, name, value, ascii_):
    document = make_message()
    holder = document if name == "messagePayload" else document["messageMetaData"]
    holder[name] = value
    found = message_or_refusal(json.dumps(document, ensure_ascii=ascii_))
    if found is None:
        return
    message, payload = found
    assert message.meta_data.as_dict() == document["messageMetaData"]
    assert base64.b64encode(payload).decode() == document["messagePayload"]


@given(st.binary(min_size=1, max_size=5000))
def test_any_payload_comes_out_as_it_went_in(make_message, payload):
    assert decode_payload(read(make_message(payload))) == payload


@given(
    st.lists(
        st.text(
            st.characters(exclude_categories=("Cc", "Cs")),
            min_size=1,
            max_size=MAX_METADATA_BYTES // 4,
        ),
        min_size=3,
        max_size=3,
    )
)
def test_any_printable_metadata_is_kept_as_sent(make_message, values):
    sent = {**dict(zip(META_FIELDS, values, strict=False)), "dateTime": "2026-01-31T12:34:56Z"}
    assert read(make_message(messageMetaData=sent)).meta_data.as_dict() == sent


def test_archive_key_is_the_messages_own_time_in_utc(make_message):
    meta_data = read(make_message()).meta_data
    assert archive_key(meta_data, "id") == "2026/01/31/22/30/05/id"


@pytest.mark.parametrize("name", ["messageMetaData", "messagePayload"])
def test_missing_field_is_named(make_message, name):
    message = make_message()
    del message[name]
    error = refused(message)
    assert (error.field, error.problem) == (name, "is missing.")


@pytest.mark.parametrize("name", META_FIELDS)
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "not a string"),
        (7, "not a string"),
        (["a"], "not a string"),
        ("", "empty"),
        ("a\x00b", "control character"),
        ("\ud800", "surrogate"),
        ("é" * (MAX_METADATA_BYTES // 2 + 1), "longer than"),
    ],
)
def test_unfit_metadata_is_named(make_message, name, value, problem):
    meta_data = {**make_message()["messageMetaData"], name: value}
    error = refused(make_message(messageMetaData=meta_data))
    assert error.field == f"messageMetaData.{name}"
    assert problem in error.problem


@pytest.mark.parametrize("name", META_FIELDS)
def test_missing_metadata_is_named(make_message, name):
    meta_data = make_message()["messageMetaData"]
    del meta_data[name]
    assert refused(make_message(messageMetaData=meta_data)).field == f"messageMetaData.{name}"


def test_unparseable_date_time_is_named_with_an_example(make_message):
    meta_data = {**make_message()["messageMetaData"], "dateTime": "31/01/2026"}
    error = refused(make_message(messageMetaData=meta_data))
    assert error.field == "messageMetaData.dateTime"
    assert "2026-01-31T12:34:56Z" in error.problem


@pytest.mark.parametrize("name", ["messageID", "storageContext", "transcationID"])
def test_assigned_and_unknown_fields_are_refused(make_message, name):
    assert refused(make_message(**{name: "x"})).field == name


def test_unknown_metadata_field_is_named_in_ascii_and_cut(make_message):
    meta_data = {**make_message()["messageMetaData"], "\ud800" + "x" * 500: "x"}
    error = refused(make_message(messageMetaData=meta_data))
    assert error.field.startswith(r"messageMetaData.\ud800xxx")
    assert len(error.field) < 120


def test_field_with_an_empty_name_is_named(make_message):
    assert refused(make_message(**{"": 1})).field == '""'


@pytest.mark.parametrize("text", ['{"a secret": 1}', '{"a secret": 1, "a secret": 2}'])
def test_name_that_the_sender_made_up_is_answered_but_not_logged(text):
    with pytest.raises(InvalidMessageError) as raised:
        validate_message(parse_document(text))
    assert raised.value.field == "a secret"
    assert "secret" not in raised.value.log_field


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        (None, "not a string"),
        ({}, "not a string"),
        ("", "empty"),
        ("QQ", "not base64"),
        ("QQ=", "not base64"),
        ("QQ==\n", "not base64"),
        ("QQ== ", "not base64"),
        ("QU_D", "not base64"),
        ("QQ==QQ==", "not base64"),
        ("====", "not base64"),
        ("é", "not base64"),
        ("\ud800", "not base64"),
        ("QR==", "last bits"),
        ("QUJ=", "last bits"),
    ],
)
def test_unfit_payload_is_named(make_message, payload, problem):
    error = refused(make_message(messagePayload=payload))
    assert error.field == "messagePayload"
    assert problem in error.problem


@pytest.mark.parametrize("document", [None, True, 1, "text", [], [{}]])
def test_document_that_is_no_object_is_refused(document):
    assert refused(document).field == "body"


@pytest.mark.parametrize("document", [None, "text", [], 1])
def test_metadata_that_is_no_object_is_refused(make_message, document):
    assert refused(make_message(messageMetaData=document)).field == "messageMetaData"


@pytest.mark.parametrize(
    ("text", "field", "problem"),
    [
        ("{", "body", "not JSON"),
        ("\ufeff{}", "body", "not JSON"),
        ("{} {}", "body", "not JSON"),
        ('{"a": NaN}', "body", "NaN"),
        ('{"a": -Infinity}', "body", "Infinity"),
        ('{"a": "\x00"}', "body", "not JSON"),
        ('{"messagePayload": "QQ==", "messagePayload": "QUI="}', "messagePayload", "twice"),
        ('{"messageMetaData": {"dateTime": "a", "dateTime": "b"}}', "dateTime", "twice"),
        ("[" * 200_000, "body", "nested"),
    ],
)
def test_text_that_two_readers_could_take_differently_is_refused(text, field, problem):
    with pytest.raises(InvalidMessageError) as raised:
        parse_document(text)
    assert raised.value.field == field
    assert problem in raised.value.problem


def test_number_of_any_length_is_a_wrong_type_and_not_a_crash(make_message):
    text = json.dumps(make_message()).replace('"audit"', "9" * 5000)
    with pytest.raises(InvalidMessageError, match="messageType: is not a string"):
        validate_message(parse_document(text))


@pytest.mark.parametrize("value", ["gzip", "br", "identity, gzip", "GZIP"])
def test_compressed_body_is_refused_by_header_name(make_event, value):
    with pytest.raises(InvalidMessageError) as raised:
        body_text(make_event({}, {"content-encoding": value}))
    assert raised.value.field == "Content-Encoding"


@pytest.mark.parametrize("value", ["identity", "Identity", ""])
def test_identity_is_no_encoding(make_event, value):
    assert body_text(make_event("{}", {"Content-Encoding": value})) == "{}"


@pytest.mark.parametrize(
    "value", ["application/json; charset=latin-1", 'text/plain; CHARSET="utf-16"']
)
def test_other_charset_is_refused_by_header_name(make_event, value):
    with pytest.raises(InvalidMessageError) as raised:
        body_text(make_event({}, {"CONTENT-TYPE": value}))
    assert raised.value.field == "Content-Type"


@pytest.mark.parametrize(
    "value", ["application/json", "application/json; charset=UTF-8", "x; charset=utf8", ";;", ""]
)
def test_utf_8_or_no_charset_is_accepted(make_event, value):
    assert body_text(make_event("{}", {"Content-Type": value})) == "{}"


@given(st.text(max_size=60))
def test_any_content_type_is_accepted_or_refused_by_name(make_event, value):
    try:
        assert body_text(make_event("{}", {"Content-Type": value})) == "{}"
    except InvalidMessageError as error:
        assert error.field == "Content-Type"  # noqa: PT017 - either outcome is right


def test_headers_that_are_null_are_no_headers(make_event):
    event = {**make_event("{}"), "headers": None, "multiValueHeaders": None}
    assert body_text(event) == "{}"


def test_base64_body_is_decoded(make_event):
    event = {**make_event(base64.b64encode('{"é": 1}'.encode()).decode()), "isBase64Encoded": True}
    assert body_text(event) == '{"é": 1}'


@pytest.mark.parametrize("body", ["%%%", base64.b64encode(b"\xff\xfe").decode()])
def test_base64_body_that_is_no_text_is_refused(make_event, body):
    with pytest.raises(InvalidMessageError, match="body: is not"):
        body_text({**make_event(body), "isBase64Encoded": True})


@pytest.mark.parametrize("body", [None, ""])
def test_no_body_is_refused(make_event, body):
    with pytest.raises(InvalidMessageError, match="body: is empty"):
        body_text({**make_event("x"), "body": body})
