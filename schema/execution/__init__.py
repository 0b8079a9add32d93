"""From the text of an operation to the bytes of its answer.

`documents` reads and checks a text once, `limits` and `cost` say what is too much, `engine` runs what is left. `executor`,
`compiled` and `rows` make that fast, `shared` answers all who watch the same at once, `selection` tells a read what is asked for.
`masking` decides what a client learns of an error. HTTP and sockets use `engine` alone.
"""
