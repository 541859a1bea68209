// @ts-types="./format_bytes.d.ts"
export * from "@std/fmt/bytes";
