from datetime import UTC, datetime, timedelta, timezone

import pytest
from date_time import date_prefix, parse_date_time
from hypothesis import given
from hypothesis import strategies as st

OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)


@given(
    st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)),
    OFFSETS,
    st.sampled_from(["extended", "basic", "week"]),
)
def test_any_accepted_date_time_gives_a_prefix_of_the_same_utc_second(moment, offset, form):
    sent = moment.replace(tzinfo=offset)
    year, week, day = sent.isocalendar()
    text = {
        "extended": sent.isoformat(),
        "basic": sent.isoformat().replace("-", "", 2).replace(":", ""),
        "week": f"{year:04d}-W{week:02d}-{day}T{sent.isoformat().split('T')[1]}",
    }[form]
    if form == "basic":  # the date's hyphens are gone, the offset's sign must stay
        text = text[:8] + "T" + sent.isoformat().split("T")[1].replace(":", "")

    prefix = date_prefix(parse_date_time(text))

    parts = [int(part) for part in prefix.split("/")]
    assert datetime(*parts, tzinfo=UTC) == sent.astimezone(UTC).replace(microsecond=0)
    assert [len(part) for part in prefix.split("/")] == [4, 2, 2, 2, 2, 2]


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("2026-01-31T12:34:56Z", "2026/01/31/12/34/56"),
        ("2026-01-31T12:34:56", "2026/01/31/12/34/56"),
        ("2026-01-31T12:34", "2026/01/31/12/34/00"),
        ("2026-01-31T12:34:56.999999999Z", "2026/01/31/12/34/56"),
        ("2026-01-31T12:34:56,5Z", "2026/01/31/12/34/56"),
        ("2026-01-31T00:30:00+0100", "2026/01/30/23/30/00"),
        ("20260131T123456-05", "2026/01/31/17/34/56"),
        ("0001-01-01T00:00:00Z", "0001/01/01/00/00/00"),
    ],
)
def test_forms_of_iso_8601_that_are_accepted(text, prefix):
    assert date_prefix(parse_date_time(text)) == prefix


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "12:34:56",
        "2026-01-31 12:34:56",
        "2026-01-31T12",
        "2026-02-30T00:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:34:60Z",
        "2026-01-31T12:34:56+24:00",
        "31.01.2026T12:34:56Z",
        "1769862896",
        "2026-01-31T12:34:56Z\n",
        "\uff12\uff10\uff12\uff16-01-31T12:34:56Z",  # full-width digits
        "2026-01-31T12:34:56+01:60",
        "2026-13-01T00:00:00Z",
        "2026-W54-1T00:00:00Z",
        "2026-01-31T12:60Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "yesterday",
    ],
)
def test_everything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"ISO 8601|does not exist|outside years"):
        parse_date_time(text)


@given(st.text(max_size=40))
def test_any_text_gives_an_instant_in_utc_or_a_value_error(text):
    try:
        instant = parse_date_time(text)
    except ValueError:
        return
    assert instant.tzinfo is UTC
