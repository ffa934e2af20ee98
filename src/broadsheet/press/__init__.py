"""The press: from a due slot to editions, deliveries and their record."""
