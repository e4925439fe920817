"""Every English text of the screen that is not in a template of its own; SCREEN goes to the browser."""

from __future__ import annotations

LOW = "Right with a probability of {share}%"
HAND = "Written by hand"
RULE = "A rule does not hold: {message}"
CHANGED = "Read as “{text}” and put right by the program"
RULED = "Read as “{text}”; a rule of the form speaks for this value"
NOWHERE = "Nothing was found for it; this is where it should stand"
BLANK = "Taken for blank"
SECOND = "Second pass: key what stands there; what another has keyed is not shown"
THIRD = "Two people keyed it differently: what stands there?"
NOT_TAKEN_BACK = "an answer of a second pass is not taken back"
NOT_OF_KIND = {
    "date": "What was read is no date",
    "number": "What was read is no number",
    "money": "What was read is no amount",
    "code": "What was read is no entry that the form knows",
    "checkbox": "What was given is neither true nor false",
    "text": "",
    "name": "",
    "address": "",
}

LOGIN_WRONG = "Name and password do not fit together."
LOGIN_SLOW = "Too many tries. Wait five minutes."
NOT_LOGGED_IN = "log in first"
NOT_ALLOWED = "your role does not allow that"
FOREIGN = "the request comes from another site"
NO_TOKEN = "the request lacks the token of this session; load the page again"
TOO_LARGE = "more bytes than are taken at once"
NO_INBOX = "uploads are not taken here"
NO_INBOX_REMEDY = "start digitizer review with --inbox FOLDER and let digitizer watch look after that folder"
NOT_A_SCAN = "PDF, TIFF, PNG and JPEG files are taken"
NO_REGION = "the region is empty or beside the page"
NO_URL = "not an http or https URL"
LONG_KEY = "an idempotency key has at most 200 characters"
OTHER_BODY = "another request was sent under this idempotency key"
STILL_BUSY = "the request of this idempotency key is still being worked on"
GONE = "there is no such value any more"
NO_DOCUMENT = "there is no such document"

NOT_THE_FORM = "These pages are not taken for this form; the values are what they would be if they were."
CHANGED_ON_DISK = "the file has been changed by someone else in the meantime"
EDIT_BREAKS = "other parts of the definition need this one ({message}): change it in the YAML"
EDIT_DELETED = "Deleted. Ctrl Z takes it back."
EDIT_JOINED = "One field now; its label is printed as one text."
EDIT_MERGED = "One field now, under either label."
EDIT_NO_HEAD = "No two columns are printed there. Drag over the head of the table, all of it."
EDIT_TABLE = "Table with {count} columns. Look at their names and kinds."
EDIT_ADDED = "{count} checkboxes added"
EDIT_SPLIT = {
    "labels": "Two fields now, one for each label.",
    "lines": "Two fields now: the first line of the entry and the second.",
    "comma": "Two fields now: what stands before the comma and what stands behind it.",
    "dash": "Two fields now: what stands before the dash and what stands behind it.",
    "slash": "Two fields now: what stands before the stroke and what stands behind it.",
}

ROWS = {
    "add": "row {row} added",
    "remove": "row {row} removed",
    "merge": "row {row} joined with the one below",
    "split": "row {row} split",
    "undo": "the change of row {row} taken back",
}

SCREEN = {
    "saved": "saved",
    "waiting": "{count} not saved yet. SlowResult here, and sent again as soon as the server answers.",
    "allSaved": "All saved",
    "stale": "{label}: someone else has answered in the meantime. It is shown again with the answer “{value}”.",
    "staleGone": "{label}: the document was digitized anew or removed; your answer “{value}” was not taken.",
    "refused": "{label}: {message}. Your answer is back in the input.",
    "loggedOut": "You are logged out. Your answers are kept here; log in and they are sent.",
    "undone": "Taken back: {label}",
    "nothingToUndo": "Nothing more to take back",
    "notOfKind": "This is no {kind}. Press Enter again to save it as it is.",
    "notInList": "The form knows no such entry. Press Enter again to save it as it is.",
    "means": "means {value}",
    "blank": "blank",
    "yes": "marked",
    "no": "not marked",
    "done": "Nothing more to look at.",
    "skipped": "{count} skipped. Press R to go through them.",
    "loading": "Loading …",
    "noPicture": "The scan cannot be shown: {message}",
    "left": "{count} left",
    "progress": "{done} done in this sitting, {left} left",
    "illegible": "illegible",
    "history": "History",
    "noHistory": "No one has changed it.",
    "historyLine": "{at}, {who}: “{before}” to “{after}”",
    "confirmedLine": "{at}, {who}: confirmed “{after}”",
    "undoLine": "{at}, {who}: taken back to “{after}”",
    "sheetSaved": "{count} confirmed, {odd} left for the queue",
    "sheetEmpty": "Nothing more to look at here; what was pointed out, or is on another screen, is in the queue.",
    "sheetStale": "{count} were answered by someone else and stay as they are",
    "sheetUndone": "The last sheet was taken back",
    "odd": "not {value}",
    "rulesHold": "All rules of the form hold",
    "accepted": "accepted",
    "review": "to review",
    "corrected": "corrected",
    "confirmed": "confirmed",
    "rowsWait": "Answers are still on their way. Try again in a moment.",
    "rowsRefused": "The rows stay as they are: {message}",
    "rowsStale": "Someone else has changed these rows in the meantime. They are shown as they are now.",
    "regionFirst": "Choose a value first, then drag over its place.",
    "regionReading": "Reading that part of the page …",
    "regionNothing": "Nothing was read there.",
    "regionWhy": "read on page {page} at {box}",
    "as": "read as {value}",
}
"""For the browser. Words in braces are filled in there."""

EDITOR = {
    "blank": "blank",
    "yes": "marked",
    "no": "not marked",
    "loading": "Loading …",
    "noPicture": "The scan cannot be shown: {message}",
    "reading": "Reading {name}, once only: takes some seconds",
    "trying": "Trying on {name} …",
    "upToDate": "Tried on all scans: {count}",
    "wrong": "Correct what is marked first; the values are those of before.",
    "problems": "{count} to correct",
    "saved": "Saved",
    "unsaved": "not saved yet",
    "isSaved": "saved",
    "changedOnDisk": "The file was changed by someone else. Save again to replace it, or load it (F5).",
    "notDone": "Not done: {message}",
    "undone": "Taken back",
    "redone": "Done again",
    "nothingToUndo": "Nothing to take back",
    "newField": "New field. Is this its label?",
    "noLabel": "No print was found there: write down the label.",
    "addHint": "Drag over a place on the page to add a field.",
    "tableHint": "Drag over the head of the new table, from its first column to its last. Esc: leave it.",
    "noFields": "There is no field yet for a rule to be over.",
    "ofForm": "fields of the form",
    "addOne": "add …",
    "remove": "Remove {name}",
    "position": "Field {number}",
    "addColumn": "Drag over the head of the new column of {name}.",
    "mergeHint": "Choose the field that is the same as {name}. Esc: leave it.",
    "mergeApart": "Only fields, or columns of one table, can be one.",
    "nothing": "nothing found",
    "noLabelFound": "label not found",
    "rows": "{count} rows",
    "page": "Page {page}",
    "yamlWrong": "line {line}, column {column}: {message}",
    "empty": "No fields yet. Drag over a place on the page to make one.",
}
"""For the browser, in the form editor."""
RULES = {
    "exclusive": "at most one is marked",
    "at_least_one": "at least one is filled in",
    "required": "each is filled in",
    "order": "dates stand in this order",
    "same": "all that are filled in are equal",
    "range": "each lies between two values",
    "sum": "a column adds up to a field",
    "running_total": "a total goes on from row to row",
}
"""What rules of each kind say."""
