"""The SSDA903 return: what a council sends the Department for Education each year about its looked-after children.

`files` opens the folder, `rows` reads each row, `reading` puts the two together and checks rows against each other,
`casework` says which facts and events follow, `changes` compares them with what an earlier import recorded.
Everything here is plain Python; `returns.services` stores the result.
"""
