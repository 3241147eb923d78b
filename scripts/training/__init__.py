"""Training of the judges of claims: data, fitting, predicting; for the development machine only, not shipped."""
