/** What can be changed while the sandbox runs. */
export interface SandboxSettings {
  /** How long Sitoo takes for an answer, ms. */
  latency: number;
  /** Wait between Ometria's 202 and storing, ms. */
  applyDelay: number;
  /** Whether pushes may be stored out of order. */
  shuffle: boolean;
  /** Whether the API user may read a site's settings. */
  settingsAllowed: boolean;
}
