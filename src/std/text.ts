// @ts-types="./text.d.ts"
export * from "@std/text";
