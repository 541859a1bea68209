// @ts-types="./path.d.ts"
export * from "@std/path";
