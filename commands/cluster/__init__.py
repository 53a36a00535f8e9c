"""``kirie cut --cluster``: the same cut on many machines, by Ray. Nothing else imports Ray."""
