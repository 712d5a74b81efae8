/** Where a workflow is shown in Temporal UI. */
export class WorkflowLinks {
  readonly #uiUrl: string | undefined;
  readonly #namespace: string;

  /** @param uiUrl undefined where there is no UI: then there are no links */
  constructor(uiUrl: string | undefined, namespace: string) {
    this.#uiUrl = uiUrl;
    this.#namespace = namespace;
  }

  to(workflowId: string): string | null {
    if (this.#uiUrl === undefined) return null;
    return `${this.#uiUrl}/namespaces/${encodeURIComponent(this.#namespace)}/workflows/${encodeURIComponent(workflowId)}`;
  }
}
