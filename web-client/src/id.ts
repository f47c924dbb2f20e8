/** A random id of 128 bits. Works outside secure contexts too, where randomUUID is missing. */
export function randomId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).reduce((id, word) => id + word.toString(36).padStart(7, "0"), "");
}
