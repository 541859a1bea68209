// @ts-types="./colors.d.ts"
export * from "@std/fmt/colors";
