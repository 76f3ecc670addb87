/** Where the manifest is unless told otherwise. */
export const MANIFEST_FILE = 'baton.manifest.json'
