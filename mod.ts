/**
 * Tillpipe: brings every order taken on a Sitoo till to Ometria.
 *
 * @module
 */
