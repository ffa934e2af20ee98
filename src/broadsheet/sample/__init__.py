"""The sample company: a fictitious chain for boats and fishing equipment, deterministic by seed.

`broadsheet.sample.build` writes its warehouse as one DuckDB file and describes what is in it: the story, the
tables, the effects planted in the data and the dirt. Nothing here stems from a real company or person.
"""
