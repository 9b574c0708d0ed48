/** The identifier of the tasks extension. */
export const tasksExtensionId = "io.modelcontextprotocol/tasks";
