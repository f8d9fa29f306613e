/** Most characters of what a user writes about a session. */
export const MAX_NOTES_LENGTH = 2000;
