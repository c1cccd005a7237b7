"""The pages of referrals, one module for each thing that people come to do."""
