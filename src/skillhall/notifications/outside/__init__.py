"""The parties that carry notices: push services and the gateway of text messages. Mail goes by the kernel's mailer."""
