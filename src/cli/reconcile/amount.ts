export { amount, isZero } from "../../server/figures.ts";
