/** The text with the password of each URL in it blotted out. */
export function redact(text: string): string {
  // Up to the last `@` of the word: a password may hold an unescaped one.
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)\S*@/gi, '$1***@')
    .replaceAll(/([?&](?:password|sslpassword)=)[^\s&'"]+/gi, '$1***')
}
