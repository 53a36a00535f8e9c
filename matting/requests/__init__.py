"""One photo at a time for another program: a request in, a result out."""
