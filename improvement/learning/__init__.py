"""What is learnt beyond the one case: questions to other units, lärdomar, points for APT, förslag."""
