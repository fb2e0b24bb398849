"""The house of Handvat, four floors, every import going down: verbs, checks/render/finish/copies, knowledge."""
