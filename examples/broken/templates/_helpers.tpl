{{- define "broken.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "broken.container" -}}
name: shop
image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
imagePullPolcy: IfNotPresent
env:
  - name: LOG_LEVEL
    value: {{ .Values.loglevel | quote }}
  - name: PORT
    value: {{ .Values.service.port }}
{{- with .Values.resources }}
resources: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
