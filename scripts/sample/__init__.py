"""Builds and checks the demonstration documents of the fictional wind farm Skerrow Bank."""
