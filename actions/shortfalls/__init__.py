"""知识缺口: questions that the knowledge did not answer, and the answers that the community writes for them itself."""
