{{- define "ringback.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "ringback.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "ringback.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "ringback.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ringback.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "ringback.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* What all objects of the release have in common. */}}
{{- define "ringback.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ include "ringback.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* What chooses the pods of a role: (dict "root" $ "role" "rasa"). */}}
{{- define "ringback.selector" -}}
app.kubernetes.io/name: {{ include "ringback.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{- define "ringback.image" -}}
{{ .image.repository }}:{{ default .root.Chart.AppVersion .image.tag }}
{{- end -}}

{{/* A pod's own fields: (dict "root" $ "role" "rasa" "values" .Values.rasa). */}}
{{- define "ringback.pod" -}}
serviceAccountName: {{ include "ringback.serviceAccount" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "ringback.selector" . | nindent 8 }}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 256Mi}
  - name: var
    emptyDir: {sizeLimit: 64Mi}
  - name: config
    configMap:
      name: {{ include "ringback.fullname" .root }}
{{- end -}}

{{/* A container's hardening and folders. */}}
{{- define "ringback.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
  - {name: var, mountPath: /opt/ringback/var}
  - {name: config, mountPath: /etc/ringback, readOnly: true}
{{- end -}}

{{/* The environment: (dict "root" $ "keys" list-of-secret-keys). */}}
{{- define "ringback.environment" -}}
- name: RINGBACK_DESK_FILE
  value: /etc/ringback/desk.yml
{{- range $name, $value := .root.Values.settings }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- range .keys }}
- name: {{ . }}
  valueFrom:
    secretKeyRef: {name: {{ required "secret.name: the Secret with the settings" $.root.Values.secret.name }}, key: {{ . }}}
{{- end }}
{{- end -}}

{{/* A changed desk.yml or credentials.yml rolls the pods. */}}
{{- define "ringback.annotations" -}}
checksum/config: {{ printf "%s%s" (toYaml .Values.desk) (toYaml .Values.credentials) | sha256sum }}
{{- end -}}
