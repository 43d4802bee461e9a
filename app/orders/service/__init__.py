"""What can be done to an order, one file per stretch of its life: draft, plans, acceptance, answers, repair, endings."""
