"""How books that exchange workbooks come to agree: a pure core without a database, a file or a clock."""
