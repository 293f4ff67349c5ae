"""Books orders; one that is spoilt is given back to the queue alone."""

import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["BOOKINGS"])


def handler(event, _context):
    failed = []
    for record in event["Records"]:
        if record["body"] == "spoilt":
            failed.append({"itemIdentifier": record["messageId"]})
            continue
        table.put_item(
            Item={
                "order": record["messageId"],
                "text": record["body"],
                "customer": record["messageAttributes"]["customer"]["stringValue"],
                "queue": record["eventSourceARN"],
                "received": record["attributes"]["ApproximateReceiveCount"],
            }
        )
    return {"batchItemFailures": failed}
