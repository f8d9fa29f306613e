/** Letters and digits that are not mistaken for one another. */
const ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789";
/** 115 bits; obs-websocket wants 6 characters. */
const LENGTH = 20;

/** A random password that can be read aloud. */
export function newPassword(): string {
  let password = "";
  while (password.length < LENGTH) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    // Past the last whole round of the alphabet some letters would come more often.
    if (byte < 256 - 256 % ALPHABET.length) password += ALPHABET[byte % ALPHABET.length];
  }
  return password;
}
