"""What a notebook shows: values as mathematics and tables, and a bar while something goes on."""
