import type {
  CustomOmetriaTransform,
  CustomSitooTransform,
  CustomTransform,
} from "../stages/custom_transform.ts";

/**
 * Gives a custom transform its types: what `apply` gets follows from `takes`. Export the result as the
 * module's default.
 */
export function defineTransform(transform: CustomSitooTransform): CustomSitooTransform;
/** The same for a transform that stands after `map`. */
export function defineTransform(transform: CustomOmetriaTransform): CustomOmetriaTransform;
export function defineTransform(transform: CustomTransform): CustomTransform {
  return transform;
}
