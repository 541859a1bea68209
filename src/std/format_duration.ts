// @ts-types="./format_duration.d.ts"
export * from "@std/fmt/duration";
