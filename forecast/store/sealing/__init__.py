"""What vouches for a seal besides the record itself: a signature, a commit, a time stamp.

`signing` has ssh-keygen sign, `committing` puts a seal into a git repository, `stamping` asks for
and reads time stamps (RFC 3161). Programs are run by `running`; the network is for the rows above.
"""
