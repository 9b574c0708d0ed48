/** The conformance suite, loaded when it is called for: it needs a package that nothing else of barewire does. */
export async function loadSuite() {
  try {
    return await import("../conformance/check-suite.js");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND" || !String(error).includes("'ajv"))
      throw error;
    throw new Error('check judges messages by the package "ajv", which is not installed: npm install --save-dev ajv');
  }
}
