/** Text as base64url, the way WebAuthn writes bytes. */
export function toBase64url(text: string): string {
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromBase64url(encoded: string): string {
  return atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
}

export function toBytes(encoded: string): ArrayBuffer {
  return Uint8Array.from(fromBase64url(encoded), (letter) => letter.charCodeAt(0)).buffer;
}

export function ofBytes(bytes: BufferSource): string {
  const view = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
  return toBase64url(String.fromCharCode(...view));
}
