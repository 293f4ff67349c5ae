"""What a deployment will carry: answers to capacity questions before it exists."""
