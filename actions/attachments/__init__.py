"""Attachments: photos, voice and video that residents and grid workers send, made safe and kept."""
