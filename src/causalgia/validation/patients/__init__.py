"""Complaints, signs, sensory tests and questionnaires of virtual patients against what is known.

Nothing is simulated here: the atlas of virtual patients is asked how probable each answer is.
"""
