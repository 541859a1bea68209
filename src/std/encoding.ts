// @ts-types="./encoding.d.ts"
export * from "@std/encoding";
