"""Loading legacy models, and verifying that converted files load and predict as before."""
