"""Content sets: a project's thumbnails and social graphics, asked for, priced and accepted as one."""
