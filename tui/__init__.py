"""The screens of Regulars. They reach the book only through the services of `store`."""
