"""What helps a person write a form's definition: proposals, checks against scans, a blank filled in, the editor."""
