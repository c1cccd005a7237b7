"""What set-up says when it cannot go on."""


class SetupError(Exception):
    """Something the person at the keyboard can put right.

    The text is one short paragraph that says what is wrong and what to do. The command line prints it and
    ends with status 2, without a traceback.
    """


class ServerInUseError(SetupError):
    """Another process of ours already runs PostgreSQL on this data folder."""


class WrongPasswordError(SetupError):
    """The data folder was made with other passwords than the ones we hold."""
