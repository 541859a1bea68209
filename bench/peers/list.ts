import { jqCurl } from "./jq_curl/peer.ts";
import { nodeLoop } from "./node_loop/peer.ts";
import { nodeRed } from "./node_red/peer.ts";
import type { Peer } from "./peer.ts";
import { restate } from "./restate/peer.ts";
import { syslogNg } from "./syslog_ng/peer.ts";
import { tillpipe } from "./tillpipe/peer.ts";

/** Tillpipe first: the others are held against it. */
export const peers: readonly Peer[] = [tillpipe, nodeLoop, nodeRed, restate, syslogNg, jqCurl];
