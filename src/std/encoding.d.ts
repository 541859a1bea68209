export function encodeHex(src: string | Uint8Array | ArrayBuffer): string;
export function decodeHex(src: string): Uint8Array<ArrayBuffer>;
export function encodeBase64(data: string | Uint8Array | ArrayBuffer): string;
/** Throws `SyntaxError` for what is no base64. */
export function decodeBase64(b64: string): Uint8Array<ArrayBuffer>;
