"""From attained maxima to conjectures: maxima to many digits, closed forms for them, files that are attacked."""
