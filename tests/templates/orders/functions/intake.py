"""Puts an order into the queue."""

import os

import boto3

sqs = boto3.client("sqs")


def handler(event, _context):
    customer = event["pathParameters"]["customer"]
    sent = sqs.send_message(
        QueueUrl=os.environ["ORDERS_URL"],
        MessageBody=event["body"],
        MessageAttributes={"customer": {"DataType": "String", "StringValue": customer}},
    )
    return {"statusCode": 202, "body": sent["MessageId"]}
